using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ReelBallers.ServiceDefaults;

/// <summary>The operations of <see cref="ApiDescriptionExtensions.AddApiDescription"/>.</summary>
internal static class ApiOperations
{
    /// <summary>Adds what the framework does not take from an endpoint's metadata.</summary>
    public static async Task CompleteAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        foreach (var (areHeaders, names) in metadata.OfType<ReadParameters>())
        {
            foreach (var name in names)
            {
                Add(operation.Parameters, areHeaders ? ParameterLocation.Header : ParameterLocation.Query, name);
            }
        }
        if (metadata.OfType<IdempotentRoute>().Any())
        {
            Add(operation.Parameters, ParameterLocation.Header, IdempotencyMiddleware.KeyHeader);
        }
        if (metadata.OfType<ReadBody>().Any())
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = new OpenApiSchema() } },
            };
        }
        foreach (var response in metadata.OfType<IProducesResponseTypeMetadata>().GroupBy(one => one.StatusCode))
        {
            await AddAlternativesAsync(operation, context, response, cancellationToken);
        }
    }

    private static void Add(IList<IOpenApiParameter> parameters, ParameterLocation place, string name) => parameters.Add(
        new OpenApiParameter { Name = name, In = place, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });

    // Of several types for one status, the framework describes one.
    private static async Task AddAlternativesAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, IGrouping<int, IProducesResponseTypeMetadata> response,
        CancellationToken cancellationToken)
    {
        var types = response.Select(one => one.Type).OfType<Type>().Distinct().ToList();
        if (types.Count < 2)
        {
            return;
        }
        var alternatives = new List<IOpenApiSchema>();
        foreach (var type in types)
        {
            var name = $"{type.Assembly.GetName().Name}.{type.Name}";
            context.Document!.AddComponent(name, await context.GetOrCreateSchemaAsync(type, cancellationToken: cancellationToken));
            alternatives.Add(new OpenApiSchemaReference(name, context.Document));
        }
        operation.Responses![$"{response.Key}"].Content!["application/json"].Schema = new OpenApiSchema { OneOf = alternatives };
    }
}
