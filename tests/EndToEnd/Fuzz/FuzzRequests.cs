using System.Text;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Makes the request of a number: right at first, then spoilt.</summary>
internal static class FuzzRequests
{
    private static readonly IReadOnlyList<Trick>[] OnBytes = [EncodingTricks.All];

    private static readonly IReadOnlyList<Trick>[] OnTheRest =
        [HeaderTricks.All, MediaTypeTricks.All, IdentityTricks.All, PathTricks.All, KeyTricks.All, FramingTricks.All];

    /// <summary>A request with none to three tricks.</summary>
    public static FuzzCase Create(FuzzWorld world, int number)
    {
        var made = FuzzSamples.Create(world, number);
        Play(made, made.Random.Next(10) switch { 0 => 0, < 6 => 1, < 9 => 2, _ => 3 });
        return made;
    }

    /// <summary>A request that keeps its connection for as long as it may.</summary>
    public static FuzzCase CreateSlow(FuzzWorld world, int number)
    {
        var made = FuzzSamples.Create(world, number);
        Serialize(made);
        var trick = FramingTricks.Slow[number % FramingTricks.Slow.Count];
        trick.Play(made);
        made.Tricks.Add(trick.Name);
        return made;
    }

    private static void Play(FuzzCase made, int tricks)
    {
        var hasBody = made.Json is not null;
        // The body first, then its bytes, then its signature, then what is around it.
        var onJson = hasBody ? Enumerable.Range(0, tricks).Count(_ => made.Chance(0.35)) : 0;
        var onBytes = hasBody ? Enumerable.Range(0, tricks - onJson).Count(_ => made.Chance(0.15)) : 0;
        Play(made, onJson, [JsonTricks.All]);
        Serialize(made);
        Play(made, onBytes, OnBytes);
        Sign(made);
        Play(made, tricks - onJson - onBytes, OnTheRest);
    }

    private static void Play(FuzzCase made, int count, IReadOnlyList<Trick>[] kinds)
    {
        for (var index = 0; index < count; index++)
        {
            var trick = made.Pick(made.Pick(kinds));
            trick.Play(made);
            made.Tricks.Add(trick.Name);
        }
    }

    private static void Serialize(FuzzCase made)
    {
        if ((made.Text ?? made.Json?.ToJsonString()) is { } text)
        {
            made.Request.Body = Encoding.UTF8.GetBytes(text);
        }
    }

    private static void Sign(FuzzCase made)
    {
        if (made.Operation.IsResendWebhook && made.Request.Body is { } text)
        {
            ResendEvents.Sign(made, text);
        }
        if (made.Operation.IsStripeWebhook && made.Request.Body is { } body)
        {
            made.Request.Set("Stripe-Signature", made.Random.Next(12) switch
            {
                0 => FuzzWorld.StripeSignature(body, "whsec_guessed"),
                1 => made.Pick(["", "t=1", "v1=x", "t=x,v1=x", $"t=99999999999999999999,v1={new string('a', 64)}", "\u00e9",
                    $"{FuzzWorld.StripeSignature(body)},v0=x,v1=y"]),
                _ => FuzzWorld.StripeSignature(body),
            });
        }
    }
}
