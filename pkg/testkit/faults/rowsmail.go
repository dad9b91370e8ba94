package main

import (
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
)

// meets makes SendGrid fail in each of these ways for a while.
func (w *world) meets(each time.Duration, faults ...sendgridtest.Fault) error {
	for _, f := range faults {
		w.sendgrid.Always(f)
		w.rest(each)
	}
	w.sendgrid.Heal()
	return nil
}

var mailRows = []row{
	{
		name: "sendgrid-busy", what: "SendGrid answers 429 with a reset, 429 and 503 with Retry-After, 500 and 503, 2 s each",
		run: func(w *world) error {
			return w.meets(2*time.Second, sendgridtest.RateLimited(time.Now().Add(2*time.Second)), sendgridtest.RetryAfter(429, 2), sendgridtest.RetryAfter(503, 2),
				sendgridtest.Answer(500), sendgridtest.Answer(503))
		},
		twin: twin{name: "a busy provider refuses an e-mail for good", cuts: []overlay.Cut{
			{File: "pkg/mail/answer.go", Old: "		return email.RetryAfter(retryAfter(header, now), email.CodeUnavailable, inside)", New: "		return email.Rejected(email.CodeMessageRejected, said)"},
		}},
	},
	{
		name: "sendgrid-resets", what: "SendGrid resets connections, redirects, and answers without end, 2 s each",
		run: func(w *world) error {
			return w.meets(2*time.Second, sendgridtest.HangUp(), sendgridtest.Redirect("http://127.0.0.1:1/elsewhere"), sendgridtest.HugeAnswer(500, 64<<20))
		},
		twin: twin{name: "every answer is an acceptance", cuts: []overlay.Cut{
			{File: "pkg/mail/answer.go", Old: "	case status == http.StatusAccepted:", New: "	case status == http.StatusAccepted, status >= 300:"},
		}},
	},
	{
		name: "sendgrid-slow", what: "SendGrid accepts and answers after 3 s, or a byte a second, 6 s each; its events come 25 s later",
		options: options{newsAfter: 25 * time.Second},
		run: func(w *world) error {
			return w.meets(6*time.Second, sendgridtest.ReplyAfter(3*time.Second), sendgridtest.SlowAnswer(time.Second))
		},
		twin: twin{name: "an e-mail without an answer is sent again at once", cuts: []overlay.Cut{
			{File: "pkg/mail/sendgrid.go", Old: "	if departed() {", New: "	if departed() && ctx.Err() != nil {"},
			{File: "pkg/mail/sendgrid.go", Old: "	if response != nil {", New: "	if response != nil && err == nil {"},
		}},
	},
	{
		name: "sendgrid-lost-answer", what: "SendGrid accepts, and the connection breaks before or within its answer, 4 s each; its events come 15 s later",
		options: options{newsAfter: 15 * time.Second},
		run: func(w *world) error {
			return w.meets(4*time.Second, sendgridtest.DropReply(), sendgridtest.ResetMidBody())
		},
		twin: twin{name: "an e-mail without an answer is sent again at once", cuts: []overlay.Cut{
			{File: "pkg/mail/sendgrid.go", Old: "	if departed() {", New: "	if departed() && ctx.Err() != nil {"},
		}},
	},
	{
		name: "sendgrid-odd", what: "SendGrid answers in odd texts: controls, invalid UTF-8, 60 kB; and names messages in odd bytes, 2 s each",
		options: options{mayFail: "message_rejected"},
		run: func(w *world) error {
			return w.meets(2*time.Second, sendgridtest.Says(400, "\x00\u202e refused \xff\xfe"), sendgridtest.Says(500, strings.Repeat("ü\x00", 20_000)),
				sendgridtest.Says(503, "</script>\r\n\r\nHTTP/1.1 200"), sendgridtest.Named("odd-\xff\xfe-id"), sendgridtest.Named(strings.Repeat("x", 5000)))
		},
		twin: twin{waits: true, name: "a message id is kept as it is, and an outcome that is refused is tried for ever", cuts: []overlay.Cut{
			{File: "pkg/email/outcome.go", Old: "ProviderID: clean(providerID)}", New: "ProviderID: providerID}"},
			{File: "pkg/desk/settle.go", Old: "			refused++\n", New: ""},
		}},
	},
	{
		name: "sendgrid-key", what: "SendGrid refuses the key for 4 s, 401 and 403; then `orderdesk mail resume`",
		run: func(w *world) error {
			if err := w.meets(2*time.Second, sendgridtest.Answer(401), sendgridtest.Answer(403)); err != nil {
				return err
			}
			_, err := w.command("mail", "resume")
			return err
		},
		twin: twin{name: "a refused key refuses the e-mail for good", cuts: []overlay.Cut{
			{File: "pkg/mail/answer.go", Old: "		return email.Unauthorized(inside)", New: "		return email.Rejected(email.CodeMessageRejected, said)"},
		}},
	},
	{
		name: "poison", what: "every e-mail of one company panics when it is rendered, for 14 s, beside 40 jobs that cannot be read",
		options: options{poison: true},
		run:     poisonedJobs,
		twin: twin{waits: true, name: "a panic is nobody's business", cuts: []overlay.Cut{
			{File: "pkg/desk/render.go", Old: "	defer fault.CatchPanic(\"render the e-mail\", &err)\n", New: "	_ = fault.CatchPanic\n"},
		}},
	},
	{
		name: "disk-full-mail", what: "no room in the folder for e-mails, for 6 s",
		options: options{mailDir: true, small: "mail"}, skip: cannotMount,
		run: func(w *world) error { return w.fullFor(6 * time.Second) },
		twin: twin{name: "an e-mail that could not be written counts as sent", cuts: []overlay.Cut{
			{File: "pkg/mail/file.go", Old: "	name, err := f.write(m)\n	if err != nil {", New: "	name, err := f.write(m)\n	if err != nil && ctx.Err() != nil {"},
		}},
	},
}
