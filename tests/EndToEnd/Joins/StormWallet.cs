using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Reads wallets as a service does, also those that no session reaches any more.</summary>
internal sealed class StormWallet : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly WalletService.WalletServiceClient _client;

    public StormWallet(Stack stack)
    {
        var credential = new InternalCredential(
            Options.Create(new InternalOptions { Credential = stack.Parameter("internal-credential") }));
        _channel = GrpcChannel.ForAddress(stack.Wallet);
        _client = new WalletService.WalletServiceClient(
            _channel.Intercept(new OutgoingCallInterceptor(credential)));
    }

    public async Task<GetBalanceResponse> BalanceAsync(string userId)
    {
        try
        {
            return await _client.GetBalanceAsync(new GetBalanceRequest { UserId = userId });
        }
        catch (Grpc.Core.RpcException exception) when (Outages.IsOutage(exception))
        {
            return new GetBalanceResponse { BalanceCents = -1 };
        }
    }

    /// <summary>The debits in the statement.</summary>
    public async Task<IEnumerable<Entry>> DebitsAsync(string userId) =>
        (await _client.ListEntriesAsync(
            new ListEntriesRequest { UserId = userId, Limit = 100 }, deadline: RpcDeadlines.After(TimeSpan.FromMinutes(1)))).Entries
            .Where(entry => entry.Reason == EntryReason.Debit);

    public void Dispose() => _channel.Dispose();
}
