namespace Stripe;

public class EventGetOptions : BaseOptions
{
}

public class EventListOptions : ListOptions
{
    public AnyOf<DateTime?, DateRangeOptions>? Created { get; set; }

    /// <summary>False: only events that some endpoint has not acknowledged.</summary>
    public bool? DeliverySuccess { get; set; }

    public string? Type { get; set; }

    /// <summary>At most 20.</summary>
    public List<string>? Types { get; set; }
}

/// <summary>Stripe keeps events for 30 days.</summary>
public class EventService : Service
{
    private const string Collection = "/v1/events";

    public EventService(IStripeClient client)
        : base(client)
    {
    }

    public virtual Task<Event> GetAsync(
        string id, EventGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<Event>(HttpMethod.Get, Path(Collection, id), options, requestOptions, cancellationToken);
    }

    public virtual Task<StripeList<Event>> ListAsync(
        EventListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<StripeList<Event>>(HttpMethod.Get, Collection, options, requestOptions, cancellationToken);
    }

    public virtual IAsyncEnumerable<Event> ListAutoPagingAsync(
        EventListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return PagesAsync<Event>(Collection, options, requestOptions, cancellationToken);
    }
}
