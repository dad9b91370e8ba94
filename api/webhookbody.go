package api

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// newEndpointBody is a new webhook endpoint.
type newEndpointBody struct {
	// Where events are sent: an https URL of a public host.
	URL string `json:"url" format:"line" required:"true" minLength:"1" maxLength:"2000" example:"https://erp.example/orderdesk"`
	// What it is for, for people.
	Description string `json:"description" format:"line" maxLength:"200"`
	// The types of events: names, groups such as order.*, or *. An empty list is all types.
	Types []string `json:"types" maxItems:"50" format:"event-type" example:"order.*"`
	// Whose events. Absent, all of the company.
	Scope *endpointScope `json:"scope"`
	// Who gets an e-mail if the service disables the endpoint.
	NotifyEmail *string `json:"notify_email" format:"email" maxLength:"254"`
} // @name NewWebhookEndpoint

// endpointScope says whose events an endpoint gets.
type endpointScope struct {
	// All events of the company.
	Company *bool `json:"company"`
	// The events that the storefront with this sub may see.
	Storefront *string `json:"storefront" format:"line" maxLength:"200"`
} // @name WebhookScope

// sub is the storefront, or empty for the company, and what is wrong.
func (b *endpointScope) sub() (string, []fault.Field) {
	switch {
	case b == nil:
		return "", nil
	case valueOrZero(b.Company) == (valueOrZero(b.Storefront) != ""):
		return "", []fault.Field{{Pointer: "/scope", Code: fault.FieldInvalid, Detail: `Send {"company":true}, or {"storefront":"…"} with the sub of one storefront.`}}
	}
	return valueOrZero(b.Storefront), nil
}

func (b newEndpointBody) endpoint() (hook.Endpoint, []fault.Field) {
	sub, faults := b.Scope.sub()
	return hook.Endpoint{URL: b.URL, Description: b.Description, Types: b.Types, ScopeSub: sub, NotifyEmail: valueOrZero(b.NotifyEmail)}, faults
}

// endpointPatch is a merge patch of a webhook endpoint.
type endpointPatch struct {
	// Where events are sent: an https URL of a public host.
	URL strictjson.Opt[string] `json:"url" format:"line" minLength:"1" maxLength:"2000"`
	// What it is for, for people.
	Description strictjson.Opt[string] `json:"description" format:"line" maxLength:"200"`
	// The types of events. Replaced as a whole.
	Types []string `json:"types" maxItems:"50" format:"event-type"`
	// Whose events.
	Scope *endpointScope `json:"scope"`
	// Who gets an e-mail if the service disables the endpoint.
	NotifyEmail strictjson.Opt[string] `json:"notify_email" format:"email" maxLength:"254" nullable:"true"`
	// A person pauses and enables. The service alone disables.
	Status strictjson.Opt[string] `json:"status" enums:"enabled,paused,disabled"`
	// How well deliveries succeed. A patch may send it back with any value: it changes without a new version, so it is ignored.
	Health strictjson.Raw `json:"health" type:"object"`
	computedEndpoint
} // @name WebhookEndpointPatch

// computedEndpoint is members that a patch may send back unchanged.
type computedEndpoint struct {
	// The id, a UUIDv7.
	ID strictjson.Raw `json:"id" type:"string" why:"is set once, when the endpoint is added"`
	// Why the service disabled it.
	DisabledReason strictjson.Raw `json:"disabled_reason" type:"string" nullable:"true"`
	// Until when the secret before this one signs too.
	OldSecretUntil strictjson.Raw `json:"old_secret_until" type:"string" nullable:"true" why:"changes when the secret is rotated"`
	// The signing secret.
	Secret strictjson.Raw `json:"secret" type:"string" nullable:"true" why:"changes when it is rotated"`
	// The version, as in the ETag.
	Version strictjson.Raw `json:"version" type:"integer"`
	// When it was created.
	CreatedAt strictjson.Raw `json:"created_at" type:"string" why:"is set once, when the endpoint is added"`
	// When it last changed.
	UpdatedAt strictjson.Raw `json:"updated_at" type:"string"`
}

func (p endpointPatch) revision(now desk.Endpoint) (desk.EndpointRevision, []fault.Field) {
	r := desk.EndpointRevision{URL: patchValue(p.URL), Description: patchValue(p.Description), NotifyEmail: patchValue(p.NotifyEmail), Status: typedPatchValue[hook.Status](p.Status)}
	if p.Types != nil {
		r.Types = &p.Types
	}
	sub, faults := p.Scope.sub()
	if p.Scope != nil {
		r.ScopeSub = &sub
	}
	return r, append(faults, strictjson.ChangedMembers("", p.computedEndpoint, endpointBodyOf(now))...)
}

// endpointBody is a webhook endpoint.
type endpointBody struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// Where events are sent.
	URL string `json:"url" maxLength:"2000"`
	// What it is for, for people.
	Description string `json:"description" maxLength:"200"`
	// The types of events; an empty list is all types.
	Types []string `json:"types" maxItems:"50"`
	// Whose events.
	Scope endpointScope `json:"scope"`
	// Who gets an e-mail if the service disables the endpoint.
	NotifyEmail *string `json:"notify_email" maxLength:"254"`
	// Whether it gets events. The service disables it after 410, or after five days without a success.
	Status string `json:"status" enums:"enabled,paused,disabled"`
	// Why the service disabled it.
	DisabledReason *string `json:"disabled_reason" enums:"gone,no_success"`
	// How well deliveries succeed.
	Health endpointHealth `json:"health"`
	// Until when the secret before this one signs too.
	OldSecretUntil *time.Time `json:"old_secret_until" format:"date-time"`
	// The signing secret; null except in the answers of creation and rotation.
	Secret *string `json:"secret" maxLength:"60"`
	// The version, as in the ETag.
	Version int `json:"version"`
	// When it was created.
	CreatedAt time.Time `json:"created_at" format:"date-time"`
	// When it last changed.
	UpdatedAt time.Time `json:"updated_at" format:"date-time"`
} // @name WebhookEndpoint

// endpointHealth says how well the deliveries to an endpoint succeed.
type endpointHealth struct {
	// How many in 100 deliveries of the last 24 hours succeeded, rounded down; null if there was none.
	Success24h *int `json:"success_24h"`
	// When an attempt last succeeded, to 10 seconds.
	LastSuccessAt *time.Time `json:"last_success_at" format:"date-time"`
	// The number of events that were not sent to it yet, at most 10,000.
	BehindBy int `json:"behind_by"`
} // @name WebhookHealth

func endpointBodyOf(e desk.Endpoint) endpointBody {
	b := endpointBody{
		ID: e.ID, URL: e.URL, Description: e.Description, Types: append([]string{}, e.Types...), NotifyEmail: nullIfEmpty(e.NotifyEmail),
		Status: string(e.Status), DisabledReason: nullIfEmpty(e.DisabledReason), Health: endpointHealth{e.Success24h, utcOrNil(e.LastSuccessAt), e.BehindBy},
		Version: e.Version, CreatedAt: e.CreatedAt.UTC(), UpdatedAt: e.UpdatedAt.UTC(), OldSecretUntil: utcOrNil(e.OldUntil),
	}
	if e.ScopeSub == "" {
		b.Scope.Company = new(true)
	} else {
		b.Scope.Storefront = &e.ScopeSub
	}
	if e.Renewed {
		b.Secret = new(namedSecret(e))
	}
	return b
}
