using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;
using Client = ReelBallers.Wallet.V1.WalletService.WalletServiceClient;

namespace ReelBallers.Wallet.Tests;

/// <summary>Random commands of many callers through two replicas; afterwards the ledger must be consistent.</summary>
public sealed class LoadTests
{
    private const int Writers = 64;
    private const int CommandsPerWriter = 60;

    // The expected rejections of random commands.
    private static readonly string[] Expected =
    [
        "insufficient_funds", "hold_exists", "hold_not_found", "hold_released", "hold_settled", "hold_expired", "settle_exceeds_hold",
        "wallet_frozen",
        "payment_not_found", "nothing_to_claw_back", "nothing_to_reinstate",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Random_commands_of_many_callers_keep_the_ledger_consistent(int wallets)
    {
        await using var database = await TestDatabase.CreateAsync();
        var settings = new Dictionary<string, string?> { ["ConnectionStrings:walletdb"] = database.ConnectionString };
        await using var one = await ServiceApp.StartAsync("Wallet", settings);
        await using var two = await ServiceApp.StartAsync("Wallet", settings);
        Client[] replicas = [new(one.Invoker()), new(two.Invoker())];

        var refusals = await Task.WhenAll(
            Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(replicas[writer % 2], writer, wallets))));

        Assert.Empty(refusals.SelectMany(codes => codes).Except(Expected));
        using var audit = replicas[0].Audit(new AuditRequest());
        Assert.False(await audit.ResponseStream.MoveNext(CancellationToken.None), audit.ResponseStream.Current?.ToString());
        Assert.True(await database.ScalarAsync<long>("SELECT count(*) FROM transfers") > Writers * 10);
        Assert.True(await database.ScalarAsync<long>("SELECT count(DISTINCT reason) FROM transfers") >= 7);
    }

    private static async Task<HashSet<string>> WriteAsync(Client wallet, int writer, int wallets)
    {
        var random = new Random(writer);
        var refusals = new HashSet<string>();
        for (var n = 0; n < CommandsPerWriter; n++)
        {
            // Sixteen wallets per caller, half of them shared with the next one, and few jobs and payments, to cause conflicts.
            var user = new Guid((writer * 8 + random.Next(16)) * 7 % wallets + 1, 0, 0, new byte[8]).ToString();
            // A tenth of the keys are repeated.
            var (key, job, payment) = ($"{writer}-{(n % 10 == 9 ? n - 1 : n)}", $"job{random.Next(wallets == 1 ? 200 : 6)}",
                $"pi_{random.Next(3)}");
            var cents = random.Next(1, 100);
            try
            {
                await DoAsync(wallet, random.Next(12), user, key, job, payment, cents);
            }
            catch (RpcException exception) when (exception.ErrorCode() is not "idempotency_key_reused")
            {
                refusals.Add(exception.ErrorCode() ?? exception.Status.ToString());
            }
            catch (RpcException)
            {
                // Expected: the key was used with another command.
            }
        }
        return refusals;
    }

    private static async Task DoAsync(Client wallet, int kind, string user, string key, string job, string payment, int cents)
    {
        switch (kind)
        {
            case 0 or 1 or 2:
                var credit = Requests.Credit(user, key, cents * 3, kind == 2 ? V1.EntryReason.Bonus : V1.EntryReason.Topup, payment);
                credit.ExpiresAt = kind == 1 ? TimeProvider.System.GetUtcNow().AddSeconds(1).ToTimestamp() : null;
                await wallet.CreditAsync(credit);
                break;
            case 3:
                await wallet.DebitAsync(Requests.Debit(user, key, cents));
                break;
            case 4 or 5:
                await wallet.PlaceHoldAsync(Requests.Place(user, key, cents, job));
                break;
            case 6:
                await wallet.SettleHoldAsync(Requests.Settle(user, key, cents / 3, job));
                break;
            case 7:
                await wallet.ReleaseHoldAsync(Requests.Release(user, key, job));
                break;
            case 8:
                await wallet.ClawBackAsync(Requests.ClawBack(user, key, cents, cents / 5, payment));
                break;
            case 9:
                await wallet.ReinstateAsync(Requests.Reinstate(user, key, cents, 0, payment));
                break;
            case 10:
                await wallet.FreezeAsync(new FreezeRequest { UserId = user, Reference = job });
                await wallet.UnfreezeAsync(new UnfreezeRequest { UserId = user, Reference = job });
                break;
            default:
                await wallet.PostBatchAsync(Requests.Batch(
                    Enumerable.Range(0, 10).Select(n => Requests.InBatch(Requests.Debit(user, $"{key}-{n}", n + 1))), 3, 4));
                break;
        }
    }
}
