using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace ReelBallers.ServiceDefaults;

/// <summary>Describes a service's public endpoints in OpenAPI.</summary>
public static class ApiDescriptionExtensions
{
    /// <summary>The name of the document.</summary>
    public const string DocumentName = "v1";

    private const string PublicPath = "api/";

    /// <summary>Says which parameters of the query an endpoint reads from the request itself.</summary>
    public static TBuilder ReadsQuery<TBuilder>(this TBuilder builder, params string[] names)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ReadParameters(AreHeaders: false, names));

    /// <summary>Says which header an endpoint reads from the request itself.</summary>
    public static TBuilder ReadsHeader<TBuilder>(this TBuilder builder, string name) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ReadParameters(AreHeaders: true, [name]));

    /// <summary>Says that an endpoint reads a body from the request itself: any JSON.</summary>
    public static TBuilder ReadsBody<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ReadBody());

    /// <summary>
    /// Registers the description of the endpoints below <c>/api</c>, which <see cref="IOpenApiDocumentProvider"/> makes. It is for
    /// <c>tests/OpenApi</c>, which makes the published document of it: no service registers or serves it.
    /// </summary>
    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddOpenApi(DocumentName, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith(PublicPath, StringComparison.Ordinal) is true;
        options.CreateSchemaReferenceId = ApiSchemas.NameOf;
        options.AddSchemaTransformer((schema, context, _) =>
        {
            ApiSchemas.Adapt(schema, context);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(ApiOperations.CompleteAsync);
        options.AddDocumentTransformer((document, _, _) =>
        {
            ApiPaths.Rename(document);
            return Task.CompletedTask;
        });
    });
}
