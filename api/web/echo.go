package web

import "github.com/labstack/echo/v4"

// Handlers see nothing of Echo but these names, so that a new major version of it changes only this file and router.go.
type (
	// Request is one request and its answer.
	Request = echo.Context
	// Handler answers a request, or returns the error that becomes its problem.
	Handler = echo.HandlerFunc
	// middleware wraps a handler.
	middleware = echo.MiddlewareFunc
)
