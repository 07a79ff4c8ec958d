namespace Stripe;

public class Customer : StripeEntity, IHasId, IHasObject
{
    public string Id { get; set; } = "";

    public string? Object { get; set; }

    public DateTime Created { get; set; }

    /// <summary>True for what is left of a deleted customer; null otherwise.</summary>
    public bool? Deleted { get; set; }

    public string? Email { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public string? Name { get; set; }
}
