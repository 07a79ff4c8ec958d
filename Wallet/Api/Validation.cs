using System.Buffers;

namespace ReelBallers.Wallet;

/// <summary>The valid values of fields, for REST and gRPC.</summary>
internal static class Validation
{
    public const int KeyLengthMax = 255;
    public const int JobIdLengthMax = 100;
    public const int DescriptionLengthMax = 200;

    /// <summary>The maximum amount of a debit by REST, as for a top-up.</summary>
    public const long PublicAmountMaxCents = 99_999_999;

    private static readonly SearchValues<char> JobIdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:");

    public static bool IsKey(string key) => key.Length is >= 1 and <= KeyLengthMax && IsPrintableAscii(key);

    public static bool IsJobId(string jobId) =>
        jobId.Length is >= 1 and <= JobIdLengthMax && !jobId.AsSpan().ContainsAnyExcept(JobIdCharacters);

    public static bool IsPaymentId(string paymentId) => paymentId.Length <= KeyLengthMax && IsPrintableAscii(paymentId);

    public static bool IsDescription(string description) =>
        description.Length <= DescriptionLengthMax && !description.Any(char.IsControl);

    private static bool IsPrintableAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
