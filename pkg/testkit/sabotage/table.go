package main

import "slices"

// sabotages has the rows of all themes, each in a file of its own.
var sabotages = slices.Concat(clockRows, writeRows, accessRows, readRows, emailRows, webhookRows, inputRows, databaseRows, replicaRows)
