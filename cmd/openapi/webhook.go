package main

// webhooks describes what a webhook endpoint gets: the events of the feed, one a request, signed as in Standard Webhooks.
func (d *document) webhooks() object {
	header := func(name, text, pattern, example string) object {
		return object{
			{"name", name}, {"in", "header"}, {"required", true}, {"description", text},
			{"schema", object{{"type", "string"}, {"maxLength", 300}, {"pattern", pattern}}}, {"example", example},
		}
	}
	media := object{{"schema", ref("schemas", "Event")}}
	id := "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"
	if event := d.examples.event("order.confirmed"); event != nil {
		media.set("example", event)
		id, _ = event.get("id").(string)
	}
	return object{{"documentEvent", object{{"post", object{
		{"operationId", "documentEvent"},
		{"tags", []any{"webhooks"}},
		{"summary", "An event, sent to a webhook endpoint"},
		{"description", "Each event of the feed is posted to the endpoints that want its type, as `GET /v1/events` shows it. An event may come twice, and a retry may come after a later event: " +
			"`id` tells the first, `version` the second. Answer 2xx within 15 seconds. 410 disables the endpoint, 429 and 503 may have Retry-After, and anything else is tried again, 10 times in 3 days. " +
			"The signature is that of [Standard Webhooks](https://www.standardwebhooks.com). webhook.test is sent by a test alone."},
		{"security", []any{}},
		{"parameters", []any{
			header("webhook-id", "The event's id; the same when it is sent again.", "^[0-9a-fA-F-]{36}$", id),
			header("webhook-timestamp", "When this attempt was made, in seconds of the Unix epoch. Refuse what is over five minutes off.", "^[0-9]{1,12}$", "1795518000"),
			header("webhook-signature", "One or more signatures of id, timestamp and body, with spaces between.", `^v1,[A-Za-z0-9+/=]+( v1,[A-Za-z0-9+/=]+)*$`, "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
		}},
		{"requestBody", object{{"description", "The event."}, {"required", true}, {"content", object{{"application/json", media}}}}},
		{"responses", object{
			{"2XX", object{{"description", "Taken; the body is not read."}}},
			{"4XX", object{{"description", "Not taken: it is sent again later, as after no answer."}}},
		}},
	}}}}}
}

// event returns the first event of a type in the examples of a timeline.
func (x examples) event(kind string) object {
	for _, e := range x.byOperation["listOrderEvents"] {
		page, _ := mustDecode(e.Response).(object)
		events, _ := page.get("data").([]any)
		for _, event := range events {
			if o, ok := event.(object); ok && o.get("type") == kind {
				return o
			}
		}
	}
	return nil
}
