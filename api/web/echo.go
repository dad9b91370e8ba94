package web

import "github.com/labstack/echo/v4"

// These names are all that handlers see of Echo, so that its next major version changes this file and router.go, not them.
type (
	// Request is one request and its answer.
	Request = echo.Context
	// Handler answers a request, or returns the error that becomes its problem.
	Handler = echo.HandlerFunc
	// middleware wraps a handler.
	middleware = echo.MiddlewareFunc
)
