namespace ReelBallers.Wallet;

// The stored holds and payments.
internal sealed partial class WalletReplay
{
    private void CheckHolds(IEnumerable<Hold> holds)
    {
        var missing = _holds.Keys.ToHashSet();
        foreach (var hold in holds)
        {
            if (!missing.Remove(hold.JobId) || !_holds.TryGetValue(hold.JobId, out var moved))
            {
                Report(AuditCode.HoldMismatch, 0, $"The hold of {hold.JobId} has no transfers.");
                continue;
            }
            if (moved.DifferenceFrom(hold) is { } difference)
            {
                Report(AuditCode.HoldMismatch, 0, $"The hold of {hold.JobId} is {hold.State}: {difference}");
            }
        }
        foreach (var jobId in missing)
        {
            Report(AuditCode.HoldMismatch, 0, $"The hold of {jobId} is missing.");
        }
    }

    private void CheckPayments(IEnumerable<PaymentCredits> payments)
    {
        var missing = _payments.Keys.ToHashSet();
        foreach (var payment in payments)
        {
            missing.Remove(payment.StripePaymentId);
            var replayed = _payments.GetValueOrDefault(payment.StripePaymentId) ?? PaymentCredits.Empty(userId, payment.StripePaymentId);
            if (replayed != payment)
            {
                Report(AuditCode.PaymentMismatch, 0, $"{payment} is stored; the sum of the transfers is {replayed}.");
            }
        }
        foreach (var paymentId in missing)
        {
            Report(AuditCode.PaymentMismatch, 0, $"The sum of the transfers is {_payments[paymentId]}; nothing is stored.");
        }
    }
}
