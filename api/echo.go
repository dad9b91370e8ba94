package api

import "github.com/labstack/echo/v4"

// These names are all that handlers see of Echo, so that its next major version changes this file and api.go, not them.
type (
	// request is one request and its answer.
	request = echo.Context
	// handler answers a request, or returns the error that becomes its problem.
	handler = echo.HandlerFunc
	// middleware wraps a handler.
	middleware = echo.MiddlewareFunc
)
