package desk

import (
	"context"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// DeliveryFilter is the store's filter for a list of deliveries. Callers of desk do not import store.
type DeliveryFilter = store.DeliveryFilter

// Deliveries returns one page of the deliveries of a webhook endpoint, newest first.
//
// Faults: role_not_allowed, webhook_endpoint_not_found.
func (s *Service) Deliveries(ctx context.Context, who auth.Actor, f DeliveryFilter) (store.Page[hook.Delivery], error) {
	if err := who.Require(auth.WebhooksRead); err != nil {
		return store.Page[hook.Delivery]{}, err
	}
	tenant := s.store.For(who.CompanyID)
	if _, err := tenant.Endpoint(ctx, f.EndpointID); err != nil {
		return store.Page[hook.Delivery]{}, err
	}
	if slices.Contains(f.States, string(hook.Pending)) {
		f.States = append(f.States, string(hook.Sending))
	}
	return tenant.Deliveries(ctx, f)
}

// RedeliverRefusals is the codes of Redeliver's refusals, except those that every write shares.
var RedeliverRefusals = []fault.Code{fault.WebhookEndpointNotFound, fault.WebhookDeliveryNotFound}

// Redeliver makes a delivery due now, whatever its state. It keeps its webhook-id.
//
// Faults: role_not_allowed, and [RedeliverRefusals].
func (s *Service) Redeliver(ctx context.Context, call Call, endpointID, id string, encode Encode[hook.Delivery]) (Reply, error) {
	if err := call.Actor.Require(auth.WebhooksWrite); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (hook.Delivery, error) {
		if _, err := u.tx.Endpoint(ctx, endpointID); err != nil {
			return hook.Delivery{}, err
		}
		d, found, err := u.tx.Delivery(ctx, endpointID, id)
		if err == nil && !found {
			err = store.NoDelivery()
		}
		if err := call.MergeFaults(err); err != nil {
			return d, err
		}
		if d.State == hook.Sending { // it is on its way
			return d, nil
		}
		was := d
		d.Again(u.now)
		return d, u.tx.UpdateDelivery(&d, was)
	})
}
