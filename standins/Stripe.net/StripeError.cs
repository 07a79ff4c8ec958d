namespace Stripe;

public class StripeError : StripeEntity
{
    public string? Code { get; set; }

    public string? DeclineCode { get; set; }

    public string? DocUrl { get; set; }

    public string? Message { get; set; }

    public string? Param { get; set; }

    public PaymentIntent? PaymentIntent { get; set; }

    public string? Type { get; set; }
}
