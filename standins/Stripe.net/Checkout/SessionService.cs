namespace Stripe.Checkout;

public class SessionService : Service
{
    private const string Collection = "/v1/checkout/sessions";

    public SessionService(IStripeClient client)
        : base(client)
    {
    }

    public virtual Task<Session> CreateAsync(
        SessionCreateOptions options, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<Session>(HttpMethod.Post, Collection, options, requestOptions, cancellationToken);
    }

    public virtual Task<Session> GetAsync(
        string id, SessionGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<Session>(HttpMethod.Get, Path(Collection, id), options, requestOptions, cancellationToken);
    }

    public virtual Task<Session> ExpireAsync(
        string id, SessionExpireOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<Session>(HttpMethod.Post, Path(Collection, id, "/expire"), options, requestOptions, cancellationToken);
    }

    public virtual Task<StripeList<Session>> ListAsync(
        SessionListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<StripeList<Session>>(HttpMethod.Get, Collection, options, requestOptions, cancellationToken);
    }

    public virtual IAsyncEnumerable<Session> ListAutoPagingAsync(
        SessionListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return PagesAsync<Session>(Collection, options, requestOptions, cancellationToken);
    }
}
