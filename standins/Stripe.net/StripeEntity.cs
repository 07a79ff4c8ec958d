using System.Text.Json.Serialization;

namespace Stripe;

public interface IStripeEntity
{
    StripeResponse? StripeResponse { get; set; }
}

public interface IHasObject
{
    string? Object { get; set; }
}

public interface IHasId
{
    string Id { get; set; }
}

public abstract class StripeEntity : IStripeEntity
{
    /// <summary>The answer that this came in; null for one that is part of another.</summary>
    [JsonIgnore]
    public StripeResponse? StripeResponse { get; set; }
}
