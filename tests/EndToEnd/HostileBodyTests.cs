using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Users share connections behind the Gateway: the body of one must not end the stream of another.</summary>
[Collection(nameof(Stack))]
public sealed class HostileBodyTests(Stack stack)
{
    private const int Requests = 200;
    private const int AtOnce = 24;

    [Fact]
    public async Task Another_users_streams_stay_open_through_200_hostile_bodies()
    {
        await using var victim = await Victim.ArriveAsync(stack);
        using var attacker = await User.ArriveAsync(stack);
        var job = Guid.NewGuid();
        string[] routes =
        [
            "/api/jobs/quote", "/api/export", "/api/jobs", "/api/debit", "/api/topup", "/api/uploads", "/api/uploads/complete",
            "/api/webhook",
            "/api/webhooks/stripe", $"/api/runpod/webhook/{job}?token=x", $"/api/jobs/{job}/cancel", $"/api/jobs/{job}/retry",
            "/api/session",
        ];
        var client = new RawClient(stack.Url);
        var broken = new List<string>();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Requests),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (number, _) =>
            {
                // Each round of kinds begins one route further, so that a kind meets another route each time.
                var (name, spoil) = HostileBodies.All[number % HostileBodies.All.Count];
                var route = routes[(number + (number / HostileBodies.All.Count)) % routes.Length];
                var request = RawRequest.Json("POST", route, "{}", attacker.Token);
                spoil(request);
                var answer = await client.SendAsync(request);
                var wrong = answer is null
                    ? request.DemandsAnswer ? ["no answer"] : []
                    : ProblemRules.Violations(request.Method, route, answer)
                        .Concat(answer.Status >= 500 ? [$"status {answer.Status}"] : []).ToList();
                lock (broken)
                {
                    broken.AddRange(wrong.Select(violation => $"{route}, {name}: {answer?.Status} {violation}"));
                }
            });

        await victim.StreamsAreAliveAsync();
        Assert.True(broken.Count == 0, $"{broken.Count}:\n{string.Join('\n', broken.Order())}");
        Assert.Equal(0, await attacker.BalanceAsync());
    }
}
