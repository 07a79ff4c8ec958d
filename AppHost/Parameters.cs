using System.Security.Cryptography;

namespace ReelBallers.AppHost;

/// <summary>The ways in which this AppHost takes values from outside (all by the configuration section <c>Parameters</c>).</summary>
internal static class Parameters
{
    private const int SecretLength = 43;
    private const string SecretCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A value with a default that anybody may know.</summary>
    public static IResourceBuilder<ParameterResource> AddSetting(
        this IDistributedApplicationBuilder builder, string name, string otherwise, bool secret = false) =>
        builder.AddParameter(name, () => builder.Given(name) ?? otherwise, secret: secret);

    /// <summary>A secret that is made at random once and kept in the data directory; Aspire would keep it in the user's secrets.</summary>
    public static IResourceBuilder<ParameterResource> AddRandomSecret(
        this IDistributedApplicationBuilder builder, string name, DataDirectory data)
    {
        var value = builder.Given(name) ?? data.KeptParameter(name, () => RandomNumberGenerator.GetString(SecretCharacters, SecretLength));
        return builder.AddParameter(name, () => value, secret: true);
    }

    /// <summary>A port with a default; any free one when it is 0.</summary>
    public static int AddPort(this IDistributedApplicationBuilder builder, string name, int otherwise) =>
        Ports.Choose(name, builder.Given(name), otherwise);

    /// <summary>What was given from outside; null when nothing was. Environment variables cannot have a hyphen in their name.</summary>
    public static string? Given(this IDistributedApplicationBuilder builder, string name) =>
        new[] { builder.Configuration[$"Parameters:{name}"], builder.Configuration[$"Parameters:{name.Replace('-', '_')}"] }
            .FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
}
