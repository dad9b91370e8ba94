package main

import (
	"errors"
	"fmt"
)

// webhooks is what the service is to tell others once they can register an address: the rows of the timeline, one a request,
// signed as Standard Webhooks says. It stands here so that receivers can be written; nothing is sent yet, and it says so.
func webhooks(examples map[string][]example) (object, error) {
	confirmed := timelineEvent(examples["listOrderEvents"], "order.confirmed")
	if confirmed == nil {
		return nil, errors.New("the example of listOrderEvents has no order.confirmed, which shows what a webhook sends")
	}
	header := func(name, text, pattern, example string) object {
		return object{"name": name, "in": "header", "description": text, "required": true, "example": example,
			"schema": object{"type": "string", "maxLength": float64(300), "pattern": pattern}}
	}
	return object{"documentEvent": object{"post": object{
		"operationId": "documentEvent", "tags": []any{"hooks"}, "security": []any{},
		"summary": "An event of a document (planned)",
		"description": "Not sent yet: addresses cannot be registered so far. Each event of a document's timeline is to be posted to the addresses that want its type, " +
			"with the id and the members that `GET /v1/orders/{id}/events` has. Events may come twice or out of order; `id` tells the first, `version` the second. " +
			"The signature is that of [Standard Webhooks](https://www.standardwebhooks.com).",
		"parameters": []any{
			header("webhook-id", "The event's id; the same when it is sent again.", "^[0-9a-fA-F-]{36}$", fmt.Sprint(confirmed["id"])),
			header("webhook-timestamp", "When this attempt was made, in seconds of the Unix epoch. Refuse what is over five minutes off.", "^[0-9]{1,12}$", "1795518000"),
			header("webhook-signature", "One or more signatures of id, timestamp and body, with spaces between.", `^v1,[A-Za-z0-9+/=]+( v1,[A-Za-z0-9+/=]+)*$`, "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
		},
		"requestBody": object{"required": true, "description": "The event.", "content": object{"application/json": object{
			"schema": object{"$ref": refPrefix + "Event"}, "example": confirmed,
		}}},
		"responses": object{
			"2XX": object{"description": "Taken; the body is not read."},
			"4XX": object{"description": "Not taken: it is sent again later, as after no answer."},
		},
	}}}, nil
}

// timelineEvent is the first event of a type in the examples of a timeline.
func timelineEvent(examples []example, kind string) object {
	for _, e := range examples {
		page, _ := decoded(e.Response).(object)
		events, _ := page["data"].([]any)
		for _, event := range events {
			if o, ok := event.(object); ok && o["type"] == kind {
				return o
			}
		}
	}
	return nil
}
