namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint of a resource, which may get its port only later.</summary>
public sealed class EndpointReference : IValueProvider, IManifestExpressionProvider
{
    internal EndpointReference(IResourceWithEndpoints owner, string endpointName)
    {
        Resource = owner;
        EndpointName = endpointName;
    }

    /// <summary>The resource that listens.</summary>
    public IResourceWithEndpoints Resource { get; }

    /// <summary>The name of the endpoint.</summary>
    public string EndpointName { get; }

    /// <summary>Whether the resource has an endpoint of this name.</summary>
    public bool Exists => Find() is not null;

    /// <summary>Whether the port is known.</summary>
    public bool IsAllocated => Find()?.Port is not null;

    /// <summary>The port.</summary>
    /// <exception cref="InvalidOperationException">It is not known yet.</exception>
    public int Port => Find()?.Port ?? throw new InvalidOperationException(
        Exists
            ? $"The endpoint '{EndpointName}' of '{Resource.Name}' has no port yet."
            : $"'{Resource.Name}' has no endpoint '{EndpointName}'.");

    /// <summary>As in <c>http://localhost:8080</c>.</summary>
    /// <exception cref="InvalidOperationException">The port is not known yet.</exception>
    public string Url => $"http://localhost:{Port}";

    /// <inheritdoc/>
    public string ValueExpression => $"{{{Resource.Name}.bindings.{EndpointName}.url}}";

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);

    private EndpointAnnotation? Find() => Resource.Annotations.OfType<EndpointAnnotation>()
        .FirstOrDefault(endpoint => string.Equals(endpoint.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
}
