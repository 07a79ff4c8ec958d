using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Stripe's checkout sessions: section <c>Checkout</c>.</summary>
internal sealed class CheckoutOptions : IValidatedOptions
{
    // Stripe's maximum is a day.
    private const int MaxExpiresAfterMinutes = 23 * 60;

    /// <summary>Stripe's minimum is half an hour.</summary>
    public static readonly TimeSpan MinTimeToPay = TimeSpan.FromMinutes(35);

    /// <summary>
    /// Where Stripe redirects after payment; blank for a page of the app. Its braces are not escaped, or Stripe would not
    /// replace the placeholder by the session's id.
    /// </summary>
    public string SuccessUrl { get; init; } = "";

    /// <summary>Where Stripe redirects when the payment is cancelled; blank for a page of the app.</summary>
    public string CancelUrl { get; init; } = "";

    /// <summary>How long a session can be paid.</summary>
    public int ExpiresAfterMinutes { get; init; } = MaxExpiresAfterMinutes;

    /// <summary>How long an open session is reused for a request of the same offer; 0: never.</summary>
    public int ReuseForMinutes { get; init; } = 10;

    /// <summary>How often readers of a session's status have it read from Stripe at most, all of them together.</summary>
    public int LookEverySeconds { get; init; } = 5;

    /// <summary><c>on</c>: Stripe Tax adds tax to what is paid on a checkout page.</summary>
    public string AutomaticTax { get; init; } = "off";

    /// <summary>Whether the prices contain the tax (<c>inclusive</c>) or it comes on top (<c>exclusive</c>).</summary>
    public string TaxBehavior { get; init; } = "exclusive";

    /// <summary><c>on</c>: the payer may enter a promotion code.</summary>
    public string PromotionCodes { get; init; } = "off";

    /// <summary>A larger discount than this share of the price gives credits for what is paid only.</summary>
    public int MaxDiscountPercent { get; init; } = 50;

    /// <summary><c>on</c>: Stripe makes an invoice of each checkout.</summary>
    public string Invoices { get; init; } = "off";

    public bool CollectsTax => AutomaticTax == "on";

    public bool MakesInvoices => Invoices == "on";

    /// <summary>The least that is to be paid for that price; null when no discount is allowed.</summary>
    public long? MinPaidFor(long priceCents) =>
        PromotionCodes == "on" ? Math.Max(1, priceCents - (long)((Int128)priceCents * MaxDiscountPercent / 100)) : null;

    public TimeSpan LookEvery => TimeSpan.FromSeconds(LookEverySeconds);

    public TimeSpan SessionLifetime => TimeSpan.FromMinutes(ExpiresAfterMinutes);

    public TimeSpan ReuseFor => TimeSpan.FromMinutes(ReuseForMinutes);

    /// <summary>The end of the checkout's session.</summary>
    public DateTimeOffset ExpiryOf(Checkout checkout) => checkout.SessionExpiresAt ?? checkout.CreatedAt + SessionLifetime;

    public string SuccessUrlFor(AppOptions app) =>
        SuccessUrl.Length > 0 ? SuccessUrl : $"{app.BaseUrl}/?topup=success&session_id={{CHECKOUT_SESSION_ID}}";

    public string CancelUrlFor(AppOptions app) => CancelUrl.Length > 0 ? CancelUrl : $"{app.BaseUrl}/?topup=cancelled";

    public void Validate(OptionsErrors errors)
    {
        if (SuccessUrl.Length > 0)
        {
            errors.HttpUrl(nameof(SuccessUrl), SuccessUrl);
        }
        if (CancelUrl.Length > 0)
        {
            errors.HttpUrl(nameof(CancelUrl), CancelUrl);
        }
        errors.Range(nameof(ExpiresAfterMinutes), ExpiresAfterMinutes, 60, MaxExpiresAfterMinutes);
        errors.Range(nameof(ReuseForMinutes), ReuseForMinutes, 0, 30);
        errors.Range(nameof(LookEverySeconds), LookEverySeconds, 0, 300);
        errors.OneOf(nameof(AutomaticTax), AutomaticTax, "on", "off");
        errors.OneOf(nameof(TaxBehavior), TaxBehavior, "exclusive", "inclusive");
        errors.OneOf(nameof(PromotionCodes), PromotionCodes, "on", "off");
        errors.Range(nameof(MaxDiscountPercent), MaxDiscountPercent, 0, 99);
        errors.OneOf(nameof(Invoices), Invoices, "on", "off");
    }
}
