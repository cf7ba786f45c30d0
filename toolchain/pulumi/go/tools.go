//go:build tools

// Package tools pins the Pulumi CLI: `go build` takes its version, and every checksum, from go.mod and go.sum beside it.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
