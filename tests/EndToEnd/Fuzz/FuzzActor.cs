using System.Text.Json;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>A user in whose name the fuzz attacks: with money to lose, an upload, a job, and open and paid top-ups.</summary>
internal sealed class FuzzActor(User user) : IDisposable
{
    public const long PaidCents = 2_000_000;

    public User User => user;

    public required string Key { get; init; }

    public required string JobId { get; init; }

    public required string OpenSession { get; init; }

    public required string PaidSession { get; init; }

    public required string Payment { get; init; }

    public static async Task<FuzzActor> ArriveAsync(Stack stack)
    {
        var user = await User.ArriveAsync(stack);
        await user.TopupAsync(PaidCents);
        var entries = (await user.GetAsync("/api/wallet/ledger")).GetProperty("entries");
        var key = await user.UploadClipAsync(320, 180, seconds: 1);
        return new FuzzActor(user)
        {
            Key = key,
            JobId = await user.ExportAsync(key),
            OpenSession = (await user.StartTopupAsync(700)).SessionId,
            PaidSession = (await user.StartTopupAsync(900)).SessionId,
            Payment = entries[0].GetProperty("stripe_payment_id") is { ValueKind: JsonValueKind.String } payment
                ? payment.GetString()!
                : "pi_none",
        };
    }

    public void Dispose() => user.Dispose();
}
