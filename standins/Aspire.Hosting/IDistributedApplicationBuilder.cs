using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>Collects what an application consists of.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>Arguments, environment variables, appsettings.json of the AppHost.</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>Where the AppHost's project is.</summary>
    string AppHostDirectory { get; }

    /// <summary>For health checks.</summary>
    IServiceCollection Services { get; }

    /// <summary>All resources, in the order in which they were added.</summary>
    IReadOnlyList<IResource> Resources { get; }

    /// <summary>Adds a resource.</summary>
    /// <exception cref="DistributedApplicationException">There is one of this name.</exception>
    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    /// <summary>Ends the collecting.</summary>
    DistributedApplication Build();
}
