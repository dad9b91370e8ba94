package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	apiversion "github.com/orderdesk/orderdesk/pkg/version"
)

// version and commit are set when a release is linked: -ldflags "-X main.version=v1.2.3 -X main.commit=0123abc".
// Otherwise they are the module's version and the commit that Go found.
var version, commit string

// build describes this program's build.
type build struct{ version, commit, goVersion string }

func thisBuild() build {
	b := build{version: version, commit: "unknown", goVersion: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if b.version == "" && info.Main.Version != "(devel)" {
		b.version = info.Main.Version
	}
	modified := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			b.commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = " (modified)"
		}
	}
	b.commit = cmp.Or(commit, b.commit+modified)
	if b.version == "" {
		b.version = "devel"
	}
	return b
}

func (p program) version(_ context.Context, args []string) error {
	if err := parse(p.flags("version", "", ""), args); err != nil {
		return err
	}
	b := thisBuild()
	fmt.Fprintf(p.stdout, "orderdesk %s\napi       %s\ncommit    %s\ngo        %s\n", b.version, apiversion.API, b.commit, b.goVersion)
	return nil
}
