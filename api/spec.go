package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// answersOK is 200 with the body; nil is a file.
func answersOK(body any) []web.Answer { return []web.Answer{{Status: http.StatusOK, Body: body}} }

// answersCreated is 201 with the body and the address of the new resource.
func answersCreated(body any) []web.Answer {
	return []web.Answer{{Status: http.StatusCreated, Body: body, Location: true}}
}

// answersRecorded is 201 for a new row of a list, or 200 for a row that was there before.
func answersRecorded(body any) []web.Answer {
	return []web.Answer{{Status: http.StatusCreated, Body: body}, {Status: http.StatusOK, Body: body}}
}

// refusesWith is a list of error codes.
func refusesWith(codes ...fault.Code) []fault.Code { return codes }

// The media types that operations answer, the default first.

func errorMedia() []string { return []string{web.MediaJSON, web.MediaHTML} }

func printMedia() []string { return []string{web.MediaPDF, web.MediaHTML} }

func pdfMedia() []string { return []string{web.MediaPDF} }

// anyMedia is for a file with one representation, whatever Accept says.
func anyMedia() []string { return []string{"*/*"} }
