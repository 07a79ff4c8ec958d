using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Values from outside as resources.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter whose value this function gives, whatever the configuration says.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, valueGetter, secret));

    /// <summary>Adds a parameter from the configuration, with a default that is made once and kept when <paramref name="persist"/> is true.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) =>
        builder.AddResource(new ParameterResource(
            name,
            () => FromConfiguration(builder.Configuration, name) ?? (persist ? Kept(builder, name, value) : value.GetDefaultValue()),
            secret));

    private static string Kept(IDistributedApplicationBuilder builder, string name, ParameterDefault value) =>
        ((DistributedApplicationBuilder)builder).Data.KeptParameter(name, value.GetDefaultValue);

    // Environment variables cannot have a hyphen in their name.
    private static string? FromConfiguration(IConfiguration configuration, string name) =>
        configuration[$"Parameters:{name}"] ?? configuration[$"Parameters:{name.Replace('-', '_')}"];
}
