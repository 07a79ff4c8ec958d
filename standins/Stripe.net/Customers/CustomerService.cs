namespace Stripe;

public class CustomerCreateOptions : BaseOptions
{
    public string? Description { get; set; }

    public string? Email { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public string? Name { get; set; }
}

public class CustomerGetOptions : BaseOptions
{
}

public class CustomerService : Service
{
    private const string Collection = "/v1/customers";

    public CustomerService(IStripeClient client)
        : base(client)
    {
    }

    public virtual Task<Customer> CreateAsync(
        CustomerCreateOptions options, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<Customer>(HttpMethod.Post, Collection, options, requestOptions, cancellationToken);
    }

    public virtual Task<Customer> GetAsync(
        string id, CustomerGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<Customer>(HttpMethod.Get, Path(Collection, id), options, requestOptions, cancellationToken);
    }
}
