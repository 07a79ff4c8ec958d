namespace Stripe;

public class RequestOptions
{
    public string? ApiKey { get; set; }

    /// <summary>At most 255 characters. A POST without one gets a fresh one, so that its own retries have one effect.</summary>
    public string? IdempotencyKey { get; set; }
}
