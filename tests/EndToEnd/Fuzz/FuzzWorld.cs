using System.Security.Cryptography;
using System.Text;
using ReelBallers.EndToEnd.Tests.Contract;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What requests are made of: the operations, the attackers, and what an attacker may know of the victim.</summary>
internal sealed class FuzzWorld : IDisposable
{
    public const string HeaderCanary = "canary-3f9a1c7e5b";
    private const int Actors = 4;
    private const int Expendables = 20;

    public required int Seed { get; init; }

    public required IReadOnlyList<FuzzOperation> Operations { get; init; }

    public required IReadOnlyList<FuzzActor> Attackers { get; init; }

    public required FuzzOperators Operators { get; init; }

    public required IReadOnlyList<string> ForeignIds { get; init; }

    public required string CallbackKey { get; init; }

    public required string Host { get; init; }

    /// <summary>Users who have nothing, for requests that end the caller's session.</summary>
    public required IReadOnlyList<User> Expendable { get; init; }

    /// <param name="stack">The stack.</param>
    /// <param name="victim">Who is attacked.</param>
    /// <param name="first">Its session is the first admin's.</param>
    /// <param name="seed">Of all that is drawn.</param>
    public static async Task<FuzzWorld> PrepareAsync(Stack stack, Victim victim, ContractClient first, int seed)
    {
        // A test that has failed may have left some.
        await stack.ClearFaultsAsync();
        var attackers = new List<FuzzActor>();
        for (var actor = 0; actor < Actors; actor++)
        {
            attackers.Add(await FuzzActor.ArriveAsync(stack));
        }
        await Task.WhenAll(attackers.Select(attacker => attacker.User.EndedAsync(attacker.JobId)));
        var operators = await FuzzOperators.ArriveAsync(stack, first);
        // From here on jobs fail at once and give their cost back: the fuzz is not about the work itself.
        await stack.FaultAsync(new { cloud = "runpod", match = "POST /v2/local/run", kind = "crash_worker", times = 1_000_000 });
        await operators.PrepareAsync(stack, first);
        stack.Evidence.Planted.Enqueue(new Secret("a request's header", HeaderCanary));
        return new FuzzWorld
        {
            Seed = seed,
            Operations = await FuzzOperation.ReadAsync(stack.Url),
            Attackers = attackers,
            Operators = operators,
            ForeignIds = [victim.JobId, victim.Key, victim.SessionId, victim.User.Uid],
            CallbackKey = stack.Parameter("runpod-callback-key"),
            Host = stack.Url.Authority,
            Expendable = await Task.WhenAll(Enumerable.Range(0, Expendables).Select(_ => User.ArriveAsync(stack))),
        };
    }

    /// <summary>The tokens of the sessions that no answer tells.</summary>
    public IReadOnlyList<string> Sessions(ContractClient first) =>
    [
        first.Token!, .. Attackers.Concat(Operators.Concerned).Select(actor => actor.User.Token),
        Operators.Admin.Token, Operators.Support.Token, Operators.Recruit.Token,
    ];

    /// <summary>The ids of another user whom operators' acts concern: all that they move stays among those.</summary>
    public IReadOnlyList<string> OtherIds(FuzzActor actor) => Operators.Concerned.Where(other => other != actor)
        .Select(other => new[] { other.JobId, other.Key, other.PaidSession, other.User.Uid }).First();

    /// <summary>A signature that Stripe could have made over these bytes.</summary>
    public static string StripeSignature(byte[] payload, string secret = "whsec_local")
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{at}."), .. payload];
        return $"t={at},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    public void Dispose()
    {
        foreach (var user in Attackers.Cast<IDisposable>().Concat(Expendable).Append(Operators))
        {
            user.Dispose();
        }
    }
}
