package main

// webhooks describes the future webhooks: the rows of the timeline, one a request, signed as in Standard Webhooks. It
// lets developers write receivers. Nothing is sent yet, and the text says so.
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
		{"tags", []any{"hooks"}},
		{"summary", "An event of a document (planned)"},
		{"description", "Not sent yet: addresses cannot be registered so far. Each event of a document's timeline is to be posted to the addresses that want its type, " +
			"with the id and the members that `GET /v1/events` has. Events may come twice or out of order; `id` tells the first, `version` the second. " +
			"The signature is that of [Standard Webhooks](https://www.standardwebhooks.com)."},
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
