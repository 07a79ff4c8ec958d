using System.Collections.Concurrent;
using System.Text.Json;
using Json.Schema;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>The JSON Schemas of the OpenAPI document.</summary>
internal sealed class ApiSchemas
{
    private static readonly Uri Address = new("https://document.invalid/openapi");
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly BuildOptions _build = new() { SchemaRegistry = new SchemaRegistry(), Dialect = Dialect.Draft202012 };
    private readonly ConcurrentDictionary<string, Lazy<JsonSchema>> _schemas = new();

    public ApiSchemas(JsonElement document) => _build.SchemaRegistry.Register(new JsonElementBaseDocument(document, Address));

    /// <summary>What is wrong with a value; empty when it is valid.</summary>
    public IReadOnlyList<string> Violations(ApiNode schema, JsonElement value)
    {
        if (!schema.Exists)
        {
            return ["the document has no schema"];
        }
        var compiled = _schemas.GetOrAdd(schema.Pointer, pointer => new Lazy<JsonSchema>(() => Build(pointer)));
        var results = compiled.Value.Evaluate(value, Options);
        return results.IsValid ? [] : Messages(results);
    }

    private JsonSchema Build(string pointer)
    {
        lock (_build)
        {
            var reference = $"{Address}#{string.Join('/', pointer.Split('/').Select(Uri.EscapeDataString))}";
            return JsonSchema.Build(JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["$ref"] = reference }), _build);
        }
    }

    private static List<string> Messages(EvaluationResults results)
    {
        var errors = (results.Details ?? []).Append(results)
            .SelectMany(result => (result.Errors ?? []).Select(error => (
                Keyword: error.Key, Message: $"{result.InstanceLocation} {error.Key}: {error.Value}")))
            .ToList();
        // A member that nothing describes fails at a schema "false", which has no keyword. So do all its siblings when one of
        // them is invalid: then the other errors tell what is wrong.
        var named = errors.Where(error => error.Keyword.Length > 0).ToList();
        return [.. (named.Count > 0 ? named : errors).Select(error => error.Message).Distinct()];
    }
}
