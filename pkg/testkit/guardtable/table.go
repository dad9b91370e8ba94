package guardtable

// table says what each role may do with a document of its company in each status. It is written by hand. A prebook has two
// lines; one of them is checked out while it is a draft. An order is paid in part. No condition of the guard is broken.
//
// yes means allowed, done already done, and role not allowed for this role. Anything else is the code of the refusal. The
// Storefront in the last column placed the document.
const table = `
kind    action   status      | Admin    SalesMgr  Sales    Alloc    Cashier  Storefront
order   confirm  draft       | yes      yes       yes      yes      yes      role
order   confirm  pending     | yes      yes       yes      yes      yes      role
order   confirm  confirmed   | done     done      done     done     done     role
order   confirm  voided      | order_not_confirmable order_not_confirmable order_not_confirmable order_not_confirmable order_not_confirmable role
order   checkout draft       | yes      yes       yes      yes      yes      yes
order   checkout pending     | done     done      done     done     done     done
order   checkout confirmed   | done     done      done     done     done     done
order   checkout voided      | order_not_checkoutable order_not_checkoutable order_not_checkoutable order_not_checkoutable order_not_checkoutable order_not_checkoutable
order   edit     draft       | yes      yes       yes      yes      yes      yes
order   edit     pending     | yes      yes       yes      yes      yes      role
order   edit     confirmed   | order_not_editable order_not_editable order_not_editable order_not_editable order_not_editable order_not_editable
order   edit     voided      | order_not_editable order_not_editable order_not_editable order_not_editable order_not_editable order_not_editable
order   void     draft       | yes      yes       yes      role     role     yes
order   void     pending     | yes      yes       yes      role     role     yes
order   void     confirmed   | yes      yes       role     role     role     role
order   void     voided      | done     done      done     role     role     done
order   bill     draft       | order_not_billable order_not_billable role order_not_billable role role
order   bill     pending     | order_not_billable order_not_billable role order_not_billable role role
order   bill     confirmed   | order_not_billable order_not_billable role order_not_billable role role
order   bill     voided      | order_not_billable order_not_billable role order_not_billable role role
order   email    draft       | yes      yes       yes      yes      yes      role
order   email    pending     | yes      yes       yes      yes      yes      role
order   email    confirmed   | yes      yes       yes      yes      yes      role
order   email    voided      | yes      yes       yes      yes      yes      role
order   print    draft       | yes      yes       yes      yes      yes      yes
order   print    pending     | yes      yes       yes      yes      yes      yes
order   print    confirmed   | yes      yes       yes      yes      yes      yes
order   print    voided      | yes      yes       yes      yes      yes      yes
order   pay      draft       | yes      yes       yes      yes      yes      yes
order   pay      pending     | yes      yes       yes      yes      yes      yes
order   pay      confirmed   | yes      yes       yes      yes      yes      yes
order   pay      voided      | yes      yes       yes      yes      yes      yes
order   refund   draft       | yes      yes       role     role     yes      yes
order   refund   pending     | yes      yes       role     role     yes      yes
order   refund   confirmed   | yes      yes       role     role     yes      yes
order   refund   voided      | yes      yes       role     role     yes      yes
prebook confirm  draft       | prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice role
prebook confirm  checked_out | prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice role
prebook confirm  billed      | prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice role
prebook confirm  voided      | prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice prebook_has_no_invoice role
prebook checkout draft       | yes      yes       yes      yes      yes      yes
prebook checkout checked_out | done     done      done     done     done     done
prebook checkout billed      | done     done      done     done     done     done
prebook checkout voided      | order_not_checkoutable order_not_checkoutable order_not_checkoutable order_not_checkoutable order_not_checkoutable order_not_checkoutable
prebook edit     draft       | yes      yes       yes      yes      yes      yes
prebook edit     checked_out | yes      yes       yes      yes      yes      role
prebook edit     billed      | order_not_editable order_not_editable order_not_editable order_not_editable order_not_editable order_not_editable
prebook edit     voided      | order_not_editable order_not_editable order_not_editable order_not_editable order_not_editable order_not_editable
prebook void     draft       | yes      yes       yes      role     role     yes
prebook void     checked_out | yes      yes       role     role     role     role
prebook void     billed      | prebook_partly_billed prebook_partly_billed prebook_partly_billed role role prebook_partly_billed
prebook void     voided      | done     done      done     role     role     done
prebook bill     draft       | yes      yes       role     yes      role     role
prebook bill     checked_out | yes      yes       role     yes      role     role
prebook bill     billed      | line_already_billed line_already_billed role line_already_billed role role
prebook bill     voided      | order_not_billable order_not_billable role order_not_billable role role
prebook email    draft       | yes      yes       yes      yes      yes      role
prebook email    checked_out | yes      yes       yes      yes      yes      role
prebook email    billed      | yes      yes       yes      yes      yes      role
prebook email    voided      | yes      yes       yes      yes      yes      role
prebook print    draft       | yes      yes       yes      yes      yes      yes
prebook print    checked_out | yes      yes       yes      yes      yes      yes
prebook print    billed      | yes      yes       yes      yes      yes      yes
prebook print    voided      | yes      yes       yes      yes      yes      yes
prebook pay      draft       | prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment
prebook pay      checked_out | prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment
prebook pay      billed      | prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment
prebook pay      voided      | prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment prebook_takes_no_payment
prebook refund   draft       | prebook_takes_no_payment prebook_takes_no_payment role role prebook_takes_no_payment prebook_takes_no_payment
prebook refund   checked_out | prebook_takes_no_payment prebook_takes_no_payment role role prebook_takes_no_payment prebook_takes_no_payment
prebook refund   billed      | prebook_takes_no_payment prebook_takes_no_payment role role prebook_takes_no_payment prebook_takes_no_payment
prebook refund   voided      | prebook_takes_no_payment prebook_takes_no_payment role role prebook_takes_no_payment prebook_takes_no_payment
`

// discountTable has the rows that differ if a discount is too large: for the checked-out lines of a prebook, or for the
// prebook that gets it back from a voided order.
const discountTable = `
kind    action   status      | Admin    SalesMgr  Sales    Alloc    Cashier  Storefront
order   void     draft       | order_not_voidable order_not_voidable order_not_voidable role role order_not_voidable
order   void     pending     | order_not_voidable order_not_voidable order_not_voidable role role order_not_voidable
order   void     confirmed   | order_not_voidable order_not_voidable role role role role
prebook bill     draft       | order_not_billable order_not_billable role order_not_billable role role
prebook bill     checked_out | order_not_billable order_not_billable role order_not_billable role role
`
