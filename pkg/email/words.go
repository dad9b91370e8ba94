package email

import (
	"net/netip"
	"strings"
	"unicode"

	"github.com/orderdesk/orderdesk/pkg/canon"
)

// sentences says what each code means.
var sentences = map[string]string{
	CodeRecipientMissing: "There is no address to send the e-mail to",
	CodeMessageInvalid:   "The e-mail is malformed and was not sent",
	CodeMessageRejected:  "The mail provider refuses this e-mail",
	CodeMessageTooLarge:  "The e-mail is too large for the mail provider",
	CodeRateLimited:      "The mail provider asks to wait before the next attempt",
	CodeUnavailable:      "The e-mail could not be sent now and is tried again",
	CodeUnauthorized:     "The mail provider refuses the service, and sending waits until the operator has mended that",
	CodeRetriesExhausted: "72 hours of attempts did not succeed",
	CodeOutcomeUnknown:   "The attempt may have sent the e-mail, and the mail provider has not confirmed it yet",
	CodeDropped:          "The mail provider dropped the e-mail for a recipient",
}

// quoting is the codes with which the provider's words are about this e-mail. With all others they are about the inside of
// the service.
var quoting = map[string]bool{CodeMessageInvalid: true, CodeMessageRejected: true, CodeMessageTooLarge: true, CodeDropped: true}

// ShownError returns the last fault for people: what its code means, and what the provider said about the e-mail. It is empty
// without a fault. An earlier version stored words about the inside, too, which are not shown.
func (e *Email) ShownError() string {
	switch {
	case e.ErrorCode == CodeOutcomeUnknown && e.State == Failed:
		return "Three attempts may have sent the e-mail, and the mail provider confirmed none of them."
	case quoting[e.ErrorCode] && e.LastError != "":
		return e.LastError
	default:
		return sentence(e.ErrorCode, "")
	}
}

// recordError sets the last fault. The provider's words are kept only if they are about this e-mail.
func (e *Email) recordError(code, words string) {
	e.ErrorCode, e.LastError = code, sentence(code, words)
}

func sentence(code, words string) string {
	meaning, known := sentences[code]
	switch words = quoted(words); {
	case !known:
		return ""
	case quoting[code] && words != "":
		return meaning + ": " + words
	default:
		return meaning + "."
	}
}

// longestQuote is how many characters of the provider's words are kept.
const longestQuote = 200

// quoted returns words of the provider, or of the recipient's server, as they may be stored and shown: cleaned, at most 200
// characters, without addresses of the network and paths of files.
func quoted(s string) string {
	words := strings.Fields(clean(s))
	for i, w := range words {
		bare := strings.Trim(w, `[](){}<>"',;:.!`)
		host := strings.ReplaceAll(bare, "]:", ":") // of [192.0.2.1]:25
		_, notAddress := netip.ParseAddr(bare)
		_, notIPv4Port := netip.ParseAddrPort(host)
		_, notIPv6Port := netip.ParseAddrPort("[" + bare)
		switch {
		case notAddress == nil || notIPv4Port == nil || notIPv6Port == nil:
			words[i] = "[address]"
		case strings.Count(bare, "/") > 1 && bare[0] == '/':
			words[i] = "[path]"
		}
	}
	all := []rune(strings.Join(words, " "))
	if len(all) > longestQuote {
		return strings.TrimSpace(string(all[:longestQuote-1])) + "…"
	}
	return string(all)
}

// clean returns a text of the mail provider as it may be stored: valid UTF-8 on one line, without NUL and other characters
// that show nothing.
func clean(s string) string {
	return strings.TrimSpace(canon.Clean(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, canon.Text(strings.ToValidUTF8(s, "\uFFFD")))))
}
