package sendgridtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	netmail "net/mail"
	"strings"
	"time"
)

// Mail is an accepted mail.
type Mail struct {
	EmailID     string // the custom argument email_id
	MessageID   string // the answer's X-Message-Id
	At          time.Time
	From        string
	FromName    string
	To, Cc, Bcc []string
	Subject     string
	Text, HTML  string
	Attachments []Attachment
	CustomArgs  map[string]string
	Raw         []byte // the request's body
}

// Attachment is an accepted attachment, decoded.
type Attachment struct {
	Name, Type string
	Data       []byte
}

// problem is one error in SendGrid's answer. Field and help are null if there is none.
type problem struct {
	Message string  `json:"message"`
	Field   *string `json:"field"`
	Help    any     `json:"help"`
}

func fieldProblem(field, format string, args ...any) problem {
	return problem{Message: fmt.Sprintf(format, args...), Field: &field}
}

func refuse(w http.ResponseWriter, status int, problems ...problem) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string][]problem{"errors": problems})
}

type address struct {
	Email string `json:"email"`
	Name  string `json:"name"`
}

type request struct {
	Personalizations []struct {
		To, Cc, Bcc []address
		Subject     string
		CustomArgs  map[string]string `json:"custom_args"`
	}
	From        *address
	Subject     string
	Content     []struct{ Type, Value string }
	Attachments []struct{ Content, Type, Filename, Disposition string }
	CustomArgs  map[string]string `json:"custom_args"`
	TemplateID  string            `json:"template_id"`
}

// read checks a request's body as SendGrid documents it, and returns the mail or every problem. The fake supports what
// this service needs: it refuses a request with several personalizations or a template.
func read(body []byte) (Mail, []problem) {
	var r request
	if err := json.Unmarshal(body, &r); err != nil {
		return Mail{}, []problem{{Message: "Bad Request"}}
	}
	var problems []problem
	problems = append(problems, r.checkPersonalizations()...)
	problems = append(problems, r.checkFrom()...)
	problems = append(problems, r.checkContent()...)
	attachments, more := r.attachments()
	if problems = append(problems, more...); len(problems) > 0 {
		return Mail{}, problems
	}
	p := r.Personalizations[0]
	mail := Mail{
		From: r.From.Email, FromName: r.From.Name, Subject: r.Subject, Attachments: attachments,
		To: plain(p.To), Cc: plain(p.Cc), Bcc: plain(p.Bcc), CustomArgs: map[string]string{}, Raw: body,
	}
	if p.Subject != "" {
		mail.Subject = p.Subject
	}
	for _, args := range []map[string]string{r.CustomArgs, p.CustomArgs} {
		for k, v := range args {
			mail.CustomArgs[k] = v
		}
	}
	mail.EmailID = mail.CustomArgs["email_id"]
	for _, c := range r.Content {
		switch c.Type {
		case "text/plain":
			mail.Text = c.Value
		case "text/html":
			mail.HTML = c.Value
		}
	}
	return mail, nil
}

func (r request) checkPersonalizations() []problem {
	switch {
	case len(r.Personalizations) == 0:
		return []problem{fieldProblem("personalizations", "The personalizations field is required and must have at least one personalization.")}
	case len(r.Personalizations) > 1 || r.TemplateID != "":
		return []problem{fieldProblem("personalizations", "The fake supports neither templates nor several personalizations.")}
	}
	p := r.Personalizations[0]
	var problems []problem
	if len(p.To) == 0 {
		problems = append(problems, fieldProblem("personalizations.0.to", "The to array is required for all personalization objects, and must have at least one email object with a valid email address."))
	}
	if len(p.To)+len(p.Cc)+len(p.Bcc) > MaxRecipients {
		problems = append(problems, fieldProblem("personalizations", "There is a limit of %d total recipients (to + cc + bcc) per request.", MaxRecipients))
	}
	seen := map[string]bool{}
	for _, list := range []struct {
		name      string
		addresses []address
	}{{"to", p.To}, {"cc", p.Cc}, {"bcc", p.Bcc}} {
		for i, a := range list.addresses {
			key := strings.ToLower(a.Email)
			if _, err := netmail.ParseAddress(a.Email); err != nil {
				problems = append(problems, fieldProblem(fmt.Sprintf("personalizations.0.%s.%d.email", list.name, i), "Does not contain a valid address."))
			} else if seen[key] {
				problems = append(problems, fieldProblem("personalizations.0", "Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [%s] in the personalizations.0.%s field.", a.Email, list.name))
			}
			seen[key] = true
		}
	}
	if r.Subject == "" && p.Subject == "" {
		problems = append(problems, fieldProblem("subject", "The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined."))
	}
	return append(problems, r.checkCustomArgs()...)
}

func (r request) checkCustomArgs() []problem {
	bytes, _ := json.Marshal(r.Personalizations[0].CustomArgs)
	if len(bytes) >= 10_000 {
		return []problem{fieldProblem("personalizations.0.custom_args", "The overall size of custom_args cannot exceed 10,000 bytes.")}
	}
	return nil
}

func (r request) checkFrom() []problem {
	if r.From == nil || r.From.Email == "" {
		return []problem{fieldProblem("from.email", "The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.")}
	}
	if _, err := netmail.ParseAddress(r.From.Email); err != nil {
		return []problem{fieldProblem("from.email", "The from email does not contain a valid address.")}
	}
	return nil
}

func (r request) checkContent() []problem {
	if len(r.Content) == 0 {
		return []problem{fieldProblem("content", "Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block.")}
	}
	var problems []problem
	rank := map[string]int{"text/plain": 0, "text/html": 1}
	last := -1
	for i, c := range r.Content {
		at := fmt.Sprintf("content.%d", i)
		switch {
		case c.Type == "" || strings.ContainsAny(c.Type, ";\r\n"):
			problems = append(problems, fieldProblem(at+".type", "The content type must be a string at least one character in length, and cannot contain ';' or CRLF characters."))
		case c.Value == "":
			problems = append(problems, fieldProblem(at+".value", "The content value must be a string at least one character in length."))
		}
		this, named := rank[c.Type]
		if !named {
			this = 2
		}
		if this < last || this == last && named {
			problems = append(problems, fieldProblem("content", "If present, text/plain must be first, followed by text/html, followed by any other content, each once."))
		}
		last = this
	}
	return problems
}

func (r request) attachments() ([]Attachment, []problem) {
	var all []Attachment
	var problems []problem
	for i, a := range r.Attachments {
		at := fmt.Sprintf("attachments.%d", i)
		data, err := base64.StdEncoding.DecodeString(a.Content)
		switch {
		case err != nil || a.Content == "":
			problems = append(problems, fieldProblem(at+".content", "The attachment content must be base64 encoded."))
		case a.Filename == "" || strings.ContainsAny(a.Filename, "\r\n"):
			problems = append(problems, fieldProblem(at+".filename", "The filename of the attachment is required, and cannot contain CRLF characters."))
		case strings.ContainsAny(a.Type, ";\r\n"):
			problems = append(problems, fieldProblem(at+".type", "The attachment type cannot contain ';' or CRLF characters."))
		case a.Disposition != "" && a.Disposition != "inline" && a.Disposition != "attachment":
			problems = append(problems, fieldProblem(at+".disposition", "The disposition of your attachment can be either \"inline\" or \"attachment\"."))
		}
		all = append(all, Attachment{Name: a.Filename, Type: a.Type, Data: data})
	}
	return all, problems
}

func plain(addresses []address) []string {
	var list []string
	for _, a := range addresses {
		list = append(list, a.Email)
	}
	return list
}
