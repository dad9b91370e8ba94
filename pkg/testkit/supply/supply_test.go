package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every module of the program has a licence that is known and permitted, and the bill names all of them with their hashes.
func TestSupply(t *testing.T) {
	t.Chdir("../../..")
	modules, err := linked()
	require.NoError(t, err)
	require.Greater(t, len(modules), 20)
	var table, first, second bytes.Buffer
	require.NoError(t, writeLicences(&table, modules))
	require.Contains(t, table.String(), "github.com/labstack/echo/v4")
	require.NoError(t, writeSBOM(&first, modules))
	require.NoError(t, writeSBOM(&second, modules))
	require.Equal(t, first.String(), second.String(), "the same modules, the same bytes")
	var b bom
	require.NoError(t, json.Unmarshal(first.Bytes(), &b))
	require.Len(t, b.Components, len(modules))
	for i, c := range b.Components {
		require.Len(t, c.Hashes, 1, c.Name)
		require.Len(t, c.Hashes[0].Content, 64, c.Name)
		require.Equal(t, c.PURL, b.Dependencies[0].DependsOn[i])
		require.True(t, strings.HasSuffix(c.PURL, "@"+c.Version))
		require.NotContains(t, c.Name, "testify", "it is not in the program")
	}
	modules[0].Licence = "GPL"
	require.ErrorContains(t, writeLicences(&table, modules), `has the licence "GPL"`)
	modules[0].Licence = ""
	require.Error(t, writeLicences(&table, modules), "unknown")
}

func TestIdentify(t *testing.T) {
	own, err := os.ReadFile("../../../LICENSE")
	require.NoError(t, err)
	for text, want := range map[string]string{
		string(own):                            "Apache-2.0",
		"GNU GENERAL PUBLIC LICENSE Version 3": "GPL",
		"Redistribution and use in source\nand binary forms, … Neither the name of Google": "BSD-3-Clause",
		"Redistribution and use in source and binary forms":                                "BSD-2-Clause",
		"Mozilla Public License Version 2.0 … GNU General Public License, Version 2.0":     "MPL-2.0",
		"Permission is hereby granted, free of charge, to any person obtaining a copy":     "MIT",
		"All rights reserved.": "",
	} {
		require.Equal(t, want, identify(text), "%.40s", text)
	}
}
