package main

import "github.com/orderdesk/orderdesk/pkg/webhook"

// sendGridBody is what SendGrid sends: a list of events, of which the service reads a few members and takes all.
func sendGridBody(examples []example) object {
	return object{
		"required": true, "description": "SendGrid's events, as it documents them.",
		"content": object{"application/json": object{
			"schema":   object{"type": "array", "maxItems": float64(10000), "items": object{"$ref": refPrefix + "SendGridEvent"}},
			"examples": requestExamples(examples),
		}},
	}
}

// sendGridSignature is how the hook knows SendGrid.
func sendGridSignature() object {
	return object{
		"type": "apiKey", "in": "header", "name": webhook.SignatureHeader,
		"description": "SendGrid's signature of " + webhook.TimestampHeader + " and the body as they were sent, one after the other: ECDSA over SHA-256, in base64. " +
			"It must be right by the verification key that SendGrid shows and the service was given.",
	}
}

// sendGridTime is the other half of what is signed.
func sendGridTime() object {
	return object{
		"name": webhook.TimestampHeader, "in": "header", "required": true, "example": "1795518000",
		"description": "When SendGrid signed the body, in seconds of the Unix epoch; at most five minutes off.",
		"schema":      object{"type": "string", "maxLength": float64(20), "pattern": "^[0-9]+$"},
	}
}

func sendGridEvent() object {
	text := func(description string, most int) object {
		return object{"type": "string", "description": description, "maxLength": float64(most), "pattern": plainText}
	}
	return object{
		"type": "object", "description": "One event; members that are not named here are taken and not read.", "required": []any{"event", "timestamp"},
		"properties": object{
			"event": text("What happened: processed, delivered, bounce, dropped, deferred …", 50), "email": text("The recipient.", 254),
			"timestamp":   object{"type": "integer", "format": "int64", "description": "When, in seconds of the Unix epoch.", "minimum": float64(0), "maximum": float64(9007199254740991)},
			"sg_event_id": text("SendGrid's id of the event; not stable.", 200), "sg_message_id": text("SendGrid's id of the message.", 200),
			"letter_id": text("Our id of the letter.", 100), "reason": text("Why, where it was refused.", 4000),
			"status": text("The code of the refusal; not read.", 50), "type": text("Bounced or blocked; not read.", 50), "response": text("What the recipient's server said; not read.", 4000),
			"smtp-id": text("The id of the message as the mail has it; not read.", 300),
		},
	}
}
