using Stripe;

namespace ReelBallers.Payments;

/// <summary>Evidence for disputes.</summary>
internal sealed partial class StripeApi
{
    /// <summary>Reads a dispute; null when Stripe says that it does not exist.</summary>
    public async Task<Dispute?> GetDisputeAsync(string disputeId, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(token => _disputes.GetAsync(disputeId, cancellationToken: token), cancellationToken);
        }
        catch (StripeException rejection) when (IsMissing(rejection) || IsRejected(rejection))
        {
            return null;
        }
    }

    /// <summary>Sends the bank its evidence.</summary>
    /// <exception cref="StripeException">The dispute takes none now.</exception>
    public Task<Dispute> SubmitEvidenceAsync(string disputeId, DisputeEvidenceOptions evidence, CancellationToken cancellationToken) =>
        CallAsync(
            token => _disputes.UpdateAsync(
                disputeId, new DisputeUpdateOptions { Evidence = evidence, Submit = true }, cancellationToken: token),
            cancellationToken);
}
