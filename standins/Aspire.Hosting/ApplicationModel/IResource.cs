namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that an application consists of.</summary>
public interface IResource
{
    /// <summary>Unique in the application, without regard to case.</summary>
    string Name { get; }

    /// <summary>What was said about it.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>Something said about a resource.</summary>
public interface IResourceAnnotation;

/// <summary>What was said about a resource, in order.</summary>
public sealed class ResourceAnnotationCollection : System.Collections.ObjectModel.Collection<IResourceAnnotation>;

/// <summary>A resource with a name and annotations.</summary>
/// <param name="name">Unique in the application, without regard to case.</param>
public abstract class Resource(string name) : IResource
{
    /// <inheritdoc/>
    public virtual string Name { get; } = ModelName.Checked(name);

    /// <inheritdoc/>
    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}
