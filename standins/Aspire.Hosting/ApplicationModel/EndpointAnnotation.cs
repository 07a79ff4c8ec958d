namespace Aspire.Hosting.ApplicationModel;

/// <summary>A port that a resource listens on.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    internal EndpointAnnotation(string name, int? port, string? environmentVariable)
    {
        Name = ModelName.Checked(name);
        Port = port;
        TargetPortEnvironmentVariable = environmentVariable;
    }

    /// <summary>Unique in the resource.</summary>
    public string Name { get; }

    /// <summary>The port; null until a free one is taken.</summary>
    public int? Port { get; internal set; }

    /// <summary>Whether people outside the application are meant to use it.</summary>
    public bool IsExternal { get; set; }

    /// <summary>Which variable tells the resource the port, instead of ASPNETCORE_URLS.</summary>
    internal string? TargetPortEnvironmentVariable { get; }

    /// <summary>Whether the port was asked for, and is not just any free one.</summary>
    internal bool IsFixed { get; init; }
}
