namespace Stripe.Checkout;

public class SessionListOptions : ListOptions
{
    public AnyOf<DateTime?, DateRangeOptions>? Created { get; set; }

    public string? Customer { get; set; }

    public string? PaymentIntent { get; set; }

    public string? Status { get; set; }
}

public class SessionGetOptions : BaseOptions
{
}

public class SessionExpireOptions : BaseOptions
{
}
