using System.Buffers;

namespace ReelBallers.Wallet;

/// <summary>The valid values of fields, for REST and gRPC.</summary>
internal static class Validation
{
    public const int MaxKeyLength = 255;
    public const int MaxJobIdLength = 100;
    public const int MaxActorLength = 100;
    public const int MaxDescriptionLength = 200;

    /// <summary>The maximum amount of a debit by REST, as for a top-up.</summary>
    public const long PublicAmountMaxCents = 99_999_999;

    private static readonly SearchValues<char> JobIdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:");

    public static bool IsKey(string key) => key.Length is >= 1 and <= MaxKeyLength && IsPrintableAscii(key);

    public static bool IsActor(string actor) => actor.Length is >= 1 and <= MaxActorLength && IsPrintableAscii(actor);

    public static bool IsJobId(string jobId) =>
        jobId.Length is >= 1 and <= MaxJobIdLength && !jobId.AsSpan().ContainsAnyExcept(JobIdCharacters);

    public static bool IsPaymentId(string paymentId) => paymentId.Length <= MaxKeyLength && IsPrintableAscii(paymentId);

    public static bool IsDescription(string description) =>
        description.Length <= MaxDescriptionLength && !description.Any(char.IsControl);

    private static bool IsPrintableAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
