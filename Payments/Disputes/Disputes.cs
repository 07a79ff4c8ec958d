using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;
using Stripe;

namespace ReelBallers.Payments;

/// <summary>Evidence that was collected, and whether it was sent.</summary>
internal sealed record CollectedEvidence(DisputeEvidenceOptions Evidence, Dispute Dispute);

/// <summary>Collects and submits what the bank wants to know about a disputed payment.</summary>
internal sealed partial class Disputes(
    PaymentsDbContext database, StripeApi stripe, WalletService.WalletServiceClient wallet, Downloads downloads, ILogger<Disputes> logger)
{
    private const int EntriesPerPage = 100;
    private const int MaxPages = 20;

    /// <summary>Collects the evidence and, unless it is only looked at, submits it: the bank takes it once.</summary>
    /// <exception cref="RpcException">A rejection that the contract documents, or the wallet or Storage is unavailable.</exception>
    /// <exception cref="StripeUnavailableException">Try again.</exception>
    public async Task<CollectedEvidence> SubmitAsync(
        string disputeId, string actor, string note, bool isPreview, CancellationToken cancellationToken)
    {
        var dispute = await stripe.GetDisputeAsync(disputeId, cancellationToken);
        var checkout = dispute?.PaymentIntentId is null ? null : await database.Checkouts.AsNoTracking()
            .SingleOrDefaultAsync(row => row.PaymentIntentId == dispute.PaymentIntentId, cancellationToken);
        if (checkout is null)
        {
            throw RpcErrors.Reject(StatusCode.NotFound, V1.PaymentsErrorCodes.DisputeNotFound, "No payment of ours has this dispute.");
        }
        var email = await database.Customers.Where(row => row.UserId == checkout.UserId).Select(row => row.Email)
            .SingleOrDefaultAsync(cancellationToken);
        // What was left may be in the wallet of an account now.
        var account = (await database.PersonOfAsync(checkout.UserId, cancellationToken))[0];
        List<CreditUse> uses = await UsesAsync(checkout.UserId, checkout.CreditedAt, cancellationToken);
        if (account != checkout.UserId)
        {
            uses = [.. uses.Concat(await UsesAsync(account, checkout.CreditedAt, cancellationToken)).OrderBy(use => use.At)];
        }
        List<FileDownload> files = checkout.CreditedAt is { } creditedAt
            ? await downloads.SinceAsync(checkout.UserId, creditedAt, cancellationToken) : [];
        var evidence = DisputeEvidence.Of(checkout, email, uses, files, note);
        if (isPreview)
        {
            return new CollectedEvidence(evidence, dispute!);
        }
        try
        {
            var submitted = await stripe.SubmitEvidenceAsync(disputeId, evidence, cancellationToken);
            LogSubmitted(disputeId, checkout.Id, actor, submitted.Status);
            return new CollectedEvidence(evidence, submitted);
        }
        catch (StripeException rejection)
        {
            throw RpcErrors.Reject(
                StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.StripeRejected,
                "Stripe does not accept evidence for this dispute now.",
                ("stripe-code", rejection.StripeError.Code ?? rejection.StripeError.Type));
        }
    }

    // The jobs that were charged since the purchase, oldest first.
    private async Task<List<CreditUse>> UsesAsync(Guid userId, DateTimeOffset? creditedAt, CancellationToken cancellationToken)
    {
        var uses = new List<CreditUse>();
        var cursor = "";
        for (var page = 0; page < MaxPages; page++)
        {
            var answer = await wallet.ListEntriesAsync(
                new ListEntriesRequest { UserId = userId.ToString(), Limit = EntriesPerPage, Cursor = cursor },
                cancellationToken: cancellationToken);
            var since = answer.Entries.Where(entry => entry.CreatedAt.ToDateTimeOffset() >= creditedAt).ToList();
            uses.AddRange(since.Where(entry => entry.Reason == EntryReason.Debit)
                .Select(entry => new CreditUse(entry.CreatedAt.ToDateTimeOffset(), entry.JobId, -entry.ChangeCents)));
            cursor = answer.NextCursor;
            if (cursor.Length == 0 || since.Count < answer.Entries.Count)
            {
                break;
            }
        }
        uses.Reverse();
        return uses;
    }

    [LoggerMessage(LogLevel.Information, "Evidence for dispute {DisputeId} of checkout {CheckoutId} was submitted by {Actor}: {Status}")]
    private partial void LogSubmitted(string disputeId, Guid checkoutId, string actor, string status);
}
