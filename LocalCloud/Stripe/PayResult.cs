namespace ReelBallers.LocalCloud.Stripe;

/// <summary>How an attempt to pay ended.</summary>
internal abstract record PayResult
{
    /// <summary>The session is complete: paid, or with its payment pending.</summary>
    public sealed record Bought : PayResult;

    public sealed record Declined(Decline Decline) : PayResult;

    public sealed record SecondStep : PayResult;
}
