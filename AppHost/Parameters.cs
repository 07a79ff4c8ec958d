using System.Globalization;

namespace ReelBallers.AppHost;

/// <summary>The ways in which this AppHost takes values from outside (all by the configuration section <c>Parameters</c>).</summary>
internal static class Parameters
{
    /// <summary>A value with a default that anybody may know.</summary>
    public static IResourceBuilder<ParameterResource> AddSetting(
        this IDistributedApplicationBuilder builder, string name, string otherwise, bool secret = false) =>
        builder.AddParameter(name, () => builder.Given(name) ?? otherwise, secret: secret);

    /// <summary>A secret that is made at random once, and kept.</summary>
    public static IResourceBuilder<ParameterResource> AddRandomSecret(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 43, Special = false }, secret: true, persist: true);

    /// <summary>A port with a default; null (any free one) when it is 0.</summary>
    public static int? AddPort(this IDistributedApplicationBuilder builder, string name, int otherwise)
    {
        var text = builder.Given(name) ?? otherwise.ToString(CultureInfo.InvariantCulture);
        if (!ushort.TryParse(text, CultureInfo.InvariantCulture, out var port))
        {
            throw new DistributedApplicationException($"The parameter {name} is '{text}', which is not a port (0 to 65535).");
        }
        builder.AddParameter(name, () => text);
        return port == 0 ? null : port;
    }

    /// <summary>What was given from outside; null when nothing was. Environment variables cannot have a hyphen in their name.</summary>
    public static string? Given(this IDistributedApplicationBuilder builder, string name) =>
        new[] { builder.Configuration[$"Parameters:{name}"], builder.Configuration[$"Parameters:{name.Replace('-', '_')}"] }
            .FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
}
