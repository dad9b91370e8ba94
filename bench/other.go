package main

import "context"

func (s settings) otherTable(context.Context, *world) error { return nil }

func (s settings) companiesTable(context.Context, *world) error { return nil }
