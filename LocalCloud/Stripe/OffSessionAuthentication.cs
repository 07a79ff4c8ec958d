namespace ReelBallers.LocalCloud.Stripe;

/// <summary>When a bank requires authentication for a payment without the owner of the card.</summary>
internal enum OffSessionAuthentication
{
    Never,

    /// <summary>Unless an authenticated payment saved the card for off-session payments.</summary>
    UnlessSetUp,

    Always,
}
