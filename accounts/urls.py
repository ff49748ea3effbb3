"""The addresses of the account pages."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("register/", views.register_page, name="register"),
    path("login/", views.login_page, name="login"),
    path("logout/", views.logout_page, name="logout"),
    path("profile/", views.profile_page, name="profile"),
    path("password/", views.password_page, name="password"),
    path("theme/", views.theme_page, name="theme"),
]
