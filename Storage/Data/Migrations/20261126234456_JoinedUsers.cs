using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Storage.Data.Migrations
{
    /// <inheritdoc />
    public partial class JoinedUsers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "joined_users",
                columns: table => new
                {
                    from_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    into_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    joined_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_joined_users", x => x.from_user_id);
                    table.CheckConstraint("ck_joined_users_users", "from_user_id <> into_user_id");
                });

            migrationBuilder.CreateIndex(
                name: "ix_joined_users_into",
                table: "joined_users",
                column: "into_user_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "joined_users");
        }
    }
}
