using Grpc.Core;
using Grpc.Net.Client;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Benchmarks;

/// <summary>Credits for the users of a benchmark.</summary>
internal static class WalletFunds
{
    /// <summary>Credits <see cref="WalletLoad.FundsCents"/> to each of them: one transfer each.</summary>
    public static async Task CreditAsync(ServiceProcess wallet, IEnumerable<string> userIds, CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(wallet.Address);
        var client = new WalletService.WalletServiceClient(channel);
        var headers = new Metadata { { InternalHeaders.Credential, ServiceProcess.Credential } };
        await Parallel.ForEachAsync(
            userIds, new ParallelOptions { MaxDegreeOfParallelism = 128, CancellationToken = cancellationToken },
            async (id, cancellation) => await client.CreditAsync(
                new CreditRequest
                {
                    UserId = id,
                    IdempotencyKey = "funds",
                    AmountCents = WalletLoad.FundsCents,
                    Reason = EntryReason.Topup,
                    StripePaymentId = $"pi_{id.Replace("-", "", StringComparison.Ordinal)}",
                },
                headers, cancellationToken: cancellation));
    }
}
