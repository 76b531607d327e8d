export { default } from "../(free)/loading.tsx";
