using Microsoft.OpenApi;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// The paths of <see cref="ApiDescriptionExtensions.AddApiDescription"/>: with parameters in snake_case and without a slash at the end.
/// </summary>
internal static class ApiPaths
{
    /// <summary>Renames them.</summary>
    public static void Rename(OpenApiDocument document)
    {
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths)
        {
            // The rest of a path has no capitals.
            paths.Add(SnakeCase(path.TrimEnd('/')), item);
            foreach (var operation in item.Operations!.Values)
            {
                foreach (var parameter in PathParameters(operation))
                {
                    parameter.Name = SnakeCase(parameter.Name!);
                }
            }
        }
        document.Paths = paths;
    }

    private static IEnumerable<OpenApiParameter> PathParameters(OpenApiOperation operation) =>
        operation.Parameters!.OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Path);

    private static string SnakeCase(string name) =>
        string.Concat(name.Select(letter => char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
